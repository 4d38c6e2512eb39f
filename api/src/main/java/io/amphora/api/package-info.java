@NullMarked
package io.amphora.api;

import org.jspecify.annotations.NullMarked;
