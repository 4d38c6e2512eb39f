@NullMarked
package io.amphora.proxy;

import org.jspecify.annotations.NullMarked;
