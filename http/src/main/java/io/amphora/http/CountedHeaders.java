package io.amphora.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/// Headers of a request, of a bounded number: a field of four bytes takes a hundred in memory.
final class CountedHeaders extends DefaultHttpHeaders {
    private int left;

    private CountedHeaders(int most) {
        left = most;
    }

    static HttpHeadersFactory atMost(int fields) {
        return new HttpHeadersFactory() {
            @Override
            public HttpHeaders newHeaders() {
                return new CountedHeaders(fields);
            }

            @Override
            public HttpHeaders newEmptyHeaders() {
                return new CountedHeaders(fields);
            }
        };
    }

    @Override
    public HttpHeaders add(String name, Object value) {
        count();
        return super.add(name, value);
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        count();
        return super.add(name, value);
    }

    private void count() {
        if (left-- == 0) throw new TooLongHttpHeaderException("too many header fields");
    }
}
