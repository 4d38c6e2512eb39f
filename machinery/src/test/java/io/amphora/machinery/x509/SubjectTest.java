package io.amphora.machinery.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubjectTest {
    private static final String CN = "0603550403";
    private static final String O = "060355040a";
    private static final HexFormat HEX = HexFormat.of();

    private record Text(String sentence, int type, byte[] bytes, String read) {}

    @Test
    void a_text_is_decoded_as_its_type_says() {
        Charset wide = Charset.forName("UTF-32BE");
        var table = List.of(
                new Text("UTF8String", 0x0c, "jané".getBytes(StandardCharsets.UTF_8), "jané"),
                new Text("NumericString", 0x12, ascii("12 3"), "12 3"),
                new Text("PrintableString", 0x13, ascii("system:masters"), "system:masters"),
                new Text("T61String", 0x14, "jané".getBytes(StandardCharsets.ISO_8859_1), "jané"),
                new Text("IA5String", 0x16, ascii("jane@example.com"), "jane@example.com"),
                new Text("VisibleString", 0x1a, ascii("jane"), "jane"),
                new Text("UniversalString", 0x1c, "system:masters".getBytes(wide), "system:masters"),
                new Text("BMPString", 0x1e, "system:masters".getBytes(StandardCharsets.UTF_16BE), "system:masters"));
        for (Text each : table)
            assertThat(Subject.read(name(rdn(O, each.type(), each.bytes()))).organizations())
                    .as(each.sentence())
                    .containsExactly(each.read());
    }

    private record Refused(String sentence, int type, String hex) {}

    @Test
    void a_text_that_its_type_does_not_allow_is_refused() {
        var table = List.of(
                new Refused("UTF-8 in a form that is too long", 0x0c, "c1a1"),
                new Refused("UTF-8 cut short", 0x0c, "c3"),
                new Refused("a surrogate in UTF-8", 0x0c, "eda080"),
                new Refused("a letter in a NumericString", 0x12, "61"),
                new Refused("an at sign in a PrintableString", 0x13, "40"),
                new Refused("ISO 8859-1 in an IA5String", 0x16, "e9"),
                new Refused("half a character in a BMPString", 0x1e, "006100"),
                new Refused("a pair of surrogates in a BMPString", 0x1e, "d83dde00"),
                new Refused("three quarters of a character in a UniversalString", 0x1c, "000061"),
                new Refused("a character beyond Unicode in a UniversalString", 0x1c, "00110000"),
                new Refused("a surrogate in a UniversalString", 0x1c, "0000d83d0000de00"),
                new Refused("a NUL in a UTF8String", 0x0c, "6a616e6500"),
                new Refused("a NUL in a BMPString", 0x1e, "006a0000"),
                new Refused("a line break", 0x0c, "610a62"),
                new Refused("a BIT STRING", 0x03, "0061"),
                new Refused("an OCTET STRING", 0x04, "61"),
                new Refused("a constructed UTF8String", 0x2c, "0c0161"));
        for (Refused each : table)
            assertThatThrownBy(() -> Subject.read(name(rdn(CN, each.type(), HEX.parseHex(each.hex())))))
                    .as(each.sentence())
                    .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void groups_stand_before_and_after_the_common_name() {
        var subject = Subject.read(name(utf8(O, "one") + utf8(CN, "jane") + utf8(O, "two")));
        assertThat(subject.commonName()).isEqualTo("jane");
        assertThat(subject.organizations()).containsExactly("one", "two");
    }

    private record Malformed(String sentence, String hex) {}

    @Test
    void a_name_that_could_be_read_in_two_ways_is_refused() {
        String jane = "300b0603550403" + "0c046a616e65";
        var table = List.of(
                new Malformed("two common names", HEX.formatHex(name(utf8(CN, "jane") + utf8(CN, "john")))),
                new Malformed("the same common name twice", HEX.formatHex(name(utf8(CN, "jane") + utf8(CN, "jane")))),
                new Malformed("a multi-valued part", "301c" + "311a" + jane + "300b060355040a0c046a616e65"),
                new Malformed("a part without a value", "3007" + "3105" + "3003060100"),
                new Malformed("a part with two values", "3013" + "3111" + "300f" + CN + "0c046a616e650c0141"),
                new Malformed("an empty part", "30023100"),
                new Malformed("something behind the name", "300f310d" + jane + "00"),
                new Malformed("a length of indefinite form", "3080310d" + jane + "0000"),
                new Malformed("a length that is not the shortest", "30810f310d" + jane),
                new Malformed("an identifier with a needless octet", "3010" + "310e300c060455048003" + "0c046a616e65"),
                new Malformed("an identifier that does not end", "300f310d300b0603550483" + "0c046a616e65"),
                new Malformed("a length beyond the end", "300f310d300b0603550403" + "0c056a616e65"),
                new Malformed("nothing", ""));
        for (Malformed each : table)
            assertThatThrownBy(() -> Subject.read(HEX.parseHex(each.hex())))
                    .as(each.sentence())
                    .isInstanceOf(IllegalArgumentException.class);
        assertThat(Subject.read(HEX.parseHex("300f310d" + jane)).commonName()).isEqualTo("jane");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String utf8(String type, String text) {
        return rdn(type, 0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String rdn(String type, int stringType, byte[] bytes) {
        return element(0x31, element(0x30, type + element(stringType, HEX.formatHex(bytes))));
    }

    private static byte[] name(String parts) {
        return HEX.parseHex(element(0x30, parts));
    }

    private static String element(int tag, String content) {
        int length = content.length() / 2;
        return HEX.toHexDigits((byte) tag)
                + (length < 0x80 ? HEX.toHexDigits((byte) length) : "81" + HEX.toHexDigits((byte) length))
                + content;
    }
}
