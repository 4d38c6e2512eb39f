@NullMarked
package io.amphora.api.meta;

import org.jspecify.annotations.NullMarked;
