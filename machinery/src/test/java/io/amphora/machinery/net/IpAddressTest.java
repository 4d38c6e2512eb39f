package io.amphora.machinery.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "1.2.3.4, 1.2.3.4",
        "010.002.003.004, 10.2.3.4",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "FE80:0:0:0:0:0:0:0abc, fe80::abc",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::ffff:1.2.3.4, 1.2.3.4",
        "64:ff9b::1.2.3.4, 64:ff9b::102:304",
    })
    void an_address_is_written_in_its_canonical_form(String text, String shown) {
        assertThat(IpAddress.parse(text)).hasToString(shown);
        assertThat(IpAddress.parse(shown)).isEqualTo(IpAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.",
                "a.b.c.d",
                ":",
                ":::",
                "1:2",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "12345::",
                "::1%eth0",
                "::1.2.3",
                "1:2:3:4:5:6:7:",
                ":1:2:3:4:5:6:7",
                "::g",
                " 1.2.3.4",
                "::1.2.3.4:5"
            })
    void what_is_no_address_is_not_parsed(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1.2.3.4        | ``",
                "1.2.3.04       | f: Invalid value: \"1.2.3.04\": must not have leading 0s",
                "::ffff:1.2.3.4 | f: Invalid value: \"::ffff:1.2.3.4\": must not be an IPv4-mapped IPv6 address",
                "::0            | f: Invalid value: \"::0\": must be in canonical form (\"::\")",
                "x              | f: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
            })
    void an_address_in_a_field_is_checked(String text, String error) {
        var errors = new FieldErrors();
        IpChecks.isValidIP(FieldPath.of("f"), text, errors);
        assertThat(String.join(
                        "; ", errors.list().stream().map(Object::toString).toList()))
                .isEqualTo(error);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "10.0.0.0/8    | ``",
                "10.0.0.1/8    | f: Invalid value: \"10.0.0.1/8\": must not have bits set beyond the prefix length",
                "10.0.0.0/08   | f: Invalid value: \"10.0.0.0/08\": must not have leading 0s in IP or prefix length",
                "::ffff:10.0.0.0/104 | f: Invalid value: \"::ffff:10.0.0.0/104\": must not have an IPv4-mapped IPv6 address",
                "10.0.0.0/33   | f: Invalid value: \"10.0.0.0/33\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
                "10.0.0.0      | f: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
                "0:0::/0       | f: Invalid value: \"0:0::/0\": must be in canonical form (\"::/0\")",
            })
    void a_network_in_a_field_is_checked(String text, String error) {
        var errors = new FieldErrors();
        IpChecks.isValidCIDR(FieldPath.of("f"), text, errors);
        assertThat(String.join(
                        "; ", errors.list().stream().map(Object::toString).toList()))
                .isEqualTo(error);
    }

    @Test
    void a_network_holds_its_addresses_and_smaller_networks() {
        var network = Objects.requireNonNull(Cidr.parse("10.96.0.0/16"));
        assertThat(network.contains(Objects.requireNonNull(IpAddress.parse("10.96.255.1"))))
                .isTrue();
        assertThat(network.contains(Objects.requireNonNull(IpAddress.parse("10.97.0.1"))))
                .isFalse();
        assertThat(network.contains(Objects.requireNonNull(IpAddress.parse("::1"))))
                .isFalse();
        assertThat(network.overlaps(Objects.requireNonNull(Cidr.parse("10.0.0.0/8"))))
                .isTrue();
        assertThat(network.contains(Objects.requireNonNull(Cidr.parse("10.0.0.0/8"))))
                .isFalse();
        assertThat(network.size()).isEqualTo(65536);
        assertThat(network.address().plus(258)).hasToString("10.96.1.2");
    }
}
