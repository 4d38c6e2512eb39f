@NullMarked
package io.amphora.composition;

import org.jspecify.annotations.NullMarked;
