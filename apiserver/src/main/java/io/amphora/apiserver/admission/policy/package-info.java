/// Admission policies (KEP-3488): which requests they are about, and what their expressions say.
@NullMarked
package io.amphora.apiserver.admission.policy;

import org.jspecify.annotations.NullMarked;
