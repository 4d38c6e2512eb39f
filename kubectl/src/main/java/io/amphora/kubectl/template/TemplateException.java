package io.amphora.kubectl.template;

/// What is wrong with a template, or went wrong while it was filled; the message is Go's.
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
        super(Bytes.text(message), null, false, false);
    }
}
