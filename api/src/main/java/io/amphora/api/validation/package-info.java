/// What is checked in more than one kind: labels and selectors, Pod specs, quantities, references. Each check
/// adds
/// what it finds to a [io.amphora.machinery.field.FieldErrors], in the order and the words of Kubernetes, which
/// clients match on.
@NullMarked
package io.amphora.api.validation;

import org.jspecify.annotations.NullMarked;
