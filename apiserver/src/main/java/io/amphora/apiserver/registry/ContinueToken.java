package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Where a list that is read in pages goes on.
///
/// @param revision that the first page showed; -1 to go on with the present instead
/// @param start the last key of the page before, without the prefix of the list
record ContinueToken(long revision, String start) {
    private static final String VERSION = "meta.k8s.io/v1";

    String encode() {
        byte[] json = Json.bytes(ObjectTree.of("v", VERSION, "rv", revision, "start", start));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
    }

    static ContinueToken decode(String text) {
        ObjectTree token = read(text);
        if (!token.text("v").equals(VERSION))
            throw refused("server does not recognize this encoded version " + token.text("v"));
        if (token.whole("rv") == 0) throw refused("incorrect encoded start resourceVersion (version " + VERSION + ")");
        if (token.text("start").isEmpty()) throw refused("encoded start key empty (version " + VERSION + ")");
        return new ContinueToken(token.whole("rv"), token.text("start"));
    }

    private static ObjectTree read(String text) {
        byte[] json;
        try {
            json = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            throw refused("illegal base64 data at input byte " + firstIllegal(text));
        }
        try {
            return Json.read(json).object();
        } catch (JsonSyntaxException malformed) {
            if (json.length == 0) throw refused("unexpected end of JSON input");
            String first = new String(json, 0, 1, StandardCharsets.ISO_8859_1);
            throw refused("invalid character '" + first + "' looking for beginning of value");
        }
    }

    private static int firstIllegal(String text) {
        int at = 0;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "-_".indexOf(text.charAt(at)) >= 0))
            at++;
        // A digit that is left over at the end makes no byte.
        return at == text.length() && at % 4 == 1 ? at - 1 : at;
    }

    private static ApiException refused(String why) {
        return ApiException.badRequest("invalid continue token: continue key is not valid: " + why);
    }
}
