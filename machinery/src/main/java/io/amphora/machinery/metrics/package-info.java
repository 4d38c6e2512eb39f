/// Figures about a running program, in Prometheus' text form.
@NullMarked
package io.amphora.machinery.metrics;

import org.jspecify.annotations.NullMarked;
