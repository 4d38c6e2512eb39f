package io.amphora.apiserver.subresource;

import io.amphora.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// Copies an answer; of a page of HTML the links are led through the proxy, in whatever way it is packed.
final class LinkedPage {
    private LinkedPage() {}

    static void copy(Response response, OutputStream out, ProxyLinks links) throws IOException {
        String type = response.header("content-type").split(";", 2)[0].strip();
        if (!type.equals("text/html")) {
            PassThrough.copy(response.stream(), out);
            return;
        }
        switch (response.header("content-encoding")) {
            case "" -> HtmlLinks.copy(response.stream(), out, links::rewritten);
            case "gzip" -> {
                var packed = new GZIPOutputStream(out, true);
                HtmlLinks.copy(new GZIPInputStream(response.stream()), packed, links::rewritten);
                packed.finish();
            }
            case "deflate" -> deflated(response.stream(), out, links);
            default -> PassThrough.copy(response.stream(), out);
        }
    }

    private static void deflated(InputStream in, OutputStream out, ProxyLinks links) throws IOException {
        try (var inflater = new Inflater(true);
                var deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
            var packed = new DeflaterOutputStream(out, deflater, 512, true);
            HtmlLinks.copy(new InflaterInputStream(in, inflater), packed, links::rewritten);
            packed.finish();
        }
    }
}
