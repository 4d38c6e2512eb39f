/// Tests of what needs no running cluster.
@NullMarked
package io.amphora.composition;

import org.jspecify.annotations.NullMarked;
