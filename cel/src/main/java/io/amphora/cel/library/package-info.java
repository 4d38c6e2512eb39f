@NullMarked
package io.amphora.cel.library;

import org.jspecify.annotations.NullMarked;
