package io.amphora.apiserver.request;

import io.amphora.api.ApiException;
import io.amphora.apiserver.auth.Attributes;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.apiserver.auth.Authorizer.Decision;
import io.amphora.machinery.select.FieldSelector;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.select.SelectorException;
import io.amphora.machinery.tree.ObjectTree;

/// Lets through what the authorizer allows, and says to everybody else what they may not do.
public record Authorization(Authorizer authorizer) {

    public void require(Call call) {
        require(attributes(call));
    }

    /// What a request needs besides the verb of its method, where it does more than that says: an update or an apply
    /// that creates, a GET that opens a stream into a Pod.
    public void require(Call call, String verb) {
        if (!call.info().verb().equals(verb)) require(attributes(call).withVerb(verb));
    }

    public void require(Attributes what) {
        Decision decision = authorizer.decide(what);
        if (!(decision instanceof Decision.Allowed)) throw forbidden(what, decision.reason());
    }

    private static Attributes attributes(Call call) {
        RequestInfo info = call.info();
        if (!info.isResource()) return Attributes.ofPath(call.user(), info.verb(), info.path());
        return new Attributes(
                call.user(),
                info.verb(),
                info.group(),
                info.version(),
                info.namespace(),
                info.resource(),
                info.subresource(),
                info.name(),
                info.path(),
                labels(call.parameter("labelSelector")),
                fields(call.parameter("fieldSelector")));
    }

    /// A selector that cannot be read restricts nothing here; whoever lists will refuse it.
    private static LabelSelector labels(String text) {
        try {
            return LabelSelector.parse(text);
        } catch (SelectorException malformed) {
            return LabelSelector.EVERYTHING;
        }
    }

    private static FieldSelector fields(String text) {
        try {
            return FieldSelector.parse(text);
        } catch (SelectorException malformed) {
            return FieldSelector.EVERYTHING;
        }
    }

    private static ApiException forbidden(Attributes what, String reason) {
        String who = "User \"" + what.user().name() + "\" cannot " + what.verb();
        String because = reason.isEmpty() ? "" : ": " + reason;
        if (!what.isResource())
            return Refusals.forbidden("forbidden: " + who + " path \"" + what.path() + "\"" + because);
        String resource = what.resource() + (what.group().isEmpty() ? "" : "." + what.group());
        String whole = what.resource() + (what.subresource().isEmpty() ? "" : "/" + what.subresource());
        String where =
                what.namespace().isEmpty() ? "at the cluster scope" : "in the namespace \"" + what.namespace() + "\"";
        String name = what.name().isEmpty() ? "" : " \"" + what.name() + "\"";
        var details = ObjectTree.builder().put("kind", what.resource());
        if (!what.name().isEmpty()) details.put("name", what.name());
        if (!what.group().isEmpty()) details.put("group", what.group());
        return ApiException.of(
                403,
                "Forbidden",
                resource + name + " is forbidden: " + who + " resource \"" + whole + "\" in API group \"" + what.group()
                        + "\" " + where + because,
                details.build());
    }
}
