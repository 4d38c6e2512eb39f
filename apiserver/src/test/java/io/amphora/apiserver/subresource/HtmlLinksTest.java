package io.amphora.apiserver.subresource;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pages of somebody behind the proxy.
class HtmlLinksTest {
    private static final ProxyLinks LINKS = new ProxyLinks("/p/proxy", "10.0.0.1:80", "localhost:8001");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /a                       | /p/proxy/a
            /a/                      | /p/proxy/a/
            /a//b/../c?d=/e#f        | /p/proxy/a/c?d=/e#f
            /p/proxy/a               | /p/proxy/a
            a/b                      | a/b
            http://10.0.0.1:80/a     | /p/proxy/a
            http://localhost:8001/a  | http://localhost:8001/p/proxy/a
            http://elsewhere/a       | http://elsewhere/a
            //10.0.0.1:80/a          | /p/proxy/a
            mailto:me                | mailto:me
            #top                     | #top
            """)
    void a_link(String link, String rewritten) {
        assertThat(LINKS.rewritten(link)).isEqualTo(rewritten);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            <a href="/x">y</a>                       | <a href="/p/proxy/x">y</a>
            <A class=c HREF='/x'>                    | <A class=c HREF="/p/proxy/x">
            <img src=/x alt="a>b"/>                  | <img src="/p/proxy/x" alt="a>b"/>
            <a href="/x?a=1&amp;b=2">                | <a href="/p/proxy/x?a=1&amp;b=2">
            <a title="/x" data-href="/x">            | <a title="/x" data-href="/x">
            <form action=/x method=post>             | <form action="/p/proxy/x" method=post>
            <p href="/x">                            | <p href="/x">
            <!-- <a href="/x"> --><link href="/x">   | <!-- <a href="/x"> --><link href="/p/proxy/x">
            <script src="/x">'<a href="/x">'</script>| <script src="/p/proxy/x">'<a href="/x">'</script>
            <script>a</SCRIPT><a href="/x">          | <script>a</SCRIPT><a href="/p/proxy/x">
            <textarea><a href="/x"></textarea>       | <textarea><a href="/x"></textarea>
            a < b, <3, äöü <a href="/x               | a < b, <3, äöü <a href="/x
            """)
    void a_page(String page, String rewritten) throws IOException {
        var out = new ByteArrayOutputStream();
        HtmlLinks.copy(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)), out, LINKS::rewritten);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(rewritten);
    }
}
