package io.amphora.api.validation;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import java.util.ArrayList;
import java.util.List;

/// Names of signers of certificates: a domain and a path, `kubernetes.io/kubelet-serving`.
public final class SignerNames {
    /// A domain of 253 characters, a slash, a resource of 253 and a name of 63.
    private static final int LENGTH = 253 + 1 + 253 + 1 + 63;

    private SignerNames() {}

    public static void validate(String name, FieldPath at, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(at, "");
            return;
        }
        String[] segments = name.split("/", -1);
        if (segments.length != 2) {
            errors.invalid(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }
        String domain = segments[0];
        errors.invalidAll(at, domain, prefixed("validating label ", domain));
        if (domain.split("\\.", -1).length < 2)
            errors.invalid(at, domain, "should be a domain with at least two segments separated by dots");
        for (String label : segments[1].split("\\.", -1))
            for (String wrong : Names.isDNS1123Subdomain(label))
                errors.invalid(at, segments[1], "validating label \"" + label + "\": " + wrong);
        if (name.length() > LENGTH) errors.tooLong(at, LENGTH);
    }

    private static List<String> prefixed(String what, String domain) {
        var wrong = new ArrayList<String>();
        for (String label : domain.split("\\.", -1))
            for (String message : Names.isDNS1123Label(label)) wrong.add(what + "\"" + label + "\": " + message);
        return wrong;
    }
}
