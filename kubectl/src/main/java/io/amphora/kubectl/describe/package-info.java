/// Objects in words: one describer per kind.
@NullMarked
package io.amphora.kubectl.describe;

import org.jspecify.annotations.NullMarked;
