/// Go's `text/template`: [Lexer] → [Parser] → [Node]s → [Execution], with [Functions] and [Format] (`printf`).
///
/// Go's strings are bytes, and so are they here: every `String` of this package holds one byte per char ([Bytes]),
/// so that lengths, slices and what `base64decode` makes are Go's. Only [GoTemplate] sees text.
@NullMarked
package io.amphora.kubectl.template;

import org.jspecify.annotations.NullMarked;
