@NullMarked
package io.amphora.cel.schema;

import org.jspecify.annotations.NullMarked;
