/// The Pod Security Standards: what Pods of a namespace may ask for. Pure functions.
@NullMarked
package io.amphora.apiserver.admission.podsecurity;

import org.jspecify.annotations.NullMarked;
