package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import io.amphora.cel.CelException;
import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.MapValue;
import io.amphora.cel.value.Opaque;
import io.amphora.machinery.field.GoText;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Kubernetes' `url` and its parts: an absolute URL, or an absolute path.
final class UrlLibrary implements Library {
    private static final CelType URL = OpaqueType.create("kubernetes.URL");

    record Url(String written, String scheme, String host, String path, String query) implements Opaque {
        @Override
        public String typeName() {
            return URL.name();
        }

        static @Nullable Url parse(String text) {
            try {
                URI uri = new URI(text.replace(" ", "%20"));
                boolean absolute = uri.getScheme() != null;
                if (!absolute && !text.startsWith("/") || text.contains("#") && uri.getFragment() == null) return null;
                String host = uri.getRawAuthority() == null
                        ? ""
                        : uri.getRawAuthority().replaceFirst("^[^@]*@", "");
                if (!host.isEmpty() && !host.matches("(\\[[0-9a-fA-F:.%]+]|[^\\[\\]:]*)(:\\d*)?")) return null;
                return new Url(
                        text,
                        absolute ? uri.getScheme() : "",
                        host,
                        uri.getRawPath() == null ? "" : uri.getRawPath(),
                        uri.getRawQuery() == null ? "" : uri.getRawQuery());
            } catch (URISyntaxException bad) {
                return null;
            }
        }

        String hostname() {
            if (host.startsWith("[")) return host.substring(1, host.indexOf(']'));
            int colon = host.lastIndexOf(':');
            return colon < 0 ? host : host.substring(0, colon);
        }

        String port() {
            int colon = host.lastIndexOf(':');
            return colon < 0 || colon < host.lastIndexOf(']') ? "" : host.substring(colon + 1);
        }

        MapValue parameters() {
            var all = new LinkedHashMap<String, List<String>>();
            for (String pair : query.split("&")) {
                if (pair.isEmpty() || pair.contains(";")) continue;
                String[] parts = pair.split("=", 2);
                all.computeIfAbsent(decoded(parts[0]), any -> new ArrayList<>())
                        .add(parts.length > 1 ? decoded(parts[1]) : "");
            }
            var values = new LinkedHashMap<String, Object>();
            all.forEach((name, list) -> values.put(name, ListValue.of(list)));
            return MapValue.of(values);
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }
    }

    @Override
    public List<CelType> types() {
        return List.of(URL);
    }

    @Override
    public Map<String, List<Overload>> functions() {
        return Map.of(
                "url",
                List.of(Overload.global("string_to_url", URL, List.of(STRING), of -> {
                    Url url = Url.parse((String) of[0]);
                    if (url == null)
                        throw new CelException("URL parse error during conversion from string: parse "
                                + GoText.quote((String) of[0]) + ": invalid URI for request");
                    return url;
                })),
                "isURL",
                List.of(Overload.global(
                        "is_url_string", BOOL, List.of(STRING), of -> Url.parse((String) of[0]) != null)),
                "getScheme",
                part("url_get_scheme", Url::scheme),
                "getHost",
                part("url_get_host", Url::host),
                "getHostname",
                part("url_get_hostname", Url::hostname),
                "getPort",
                part("url_get_port", Url::port),
                "getEscapedPath",
                part("url_get_escaped_path", Url::path),
                "getQuery",
                List.of(Overload.member(
                        "url_get_query",
                        MapType.create(STRING, Types.STRINGS),
                        List.of(URL),
                        of -> ((Url) of[0]).parameters())));
    }

    private static List<Overload> part(String id, java.util.function.Function<Url, String> part) {
        return List.of(Overload.member(id, STRING, List.of(URL), of -> part.apply((Url) of[0])));
    }
}
