@NullMarked
package io.amphora.http.spdy;

import org.jspecify.annotations.NullMarked;
