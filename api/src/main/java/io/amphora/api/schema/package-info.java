/// The shapes of the built-in types, read from the resources that the build generates.
@NullMarked
package io.amphora.api.schema;

import org.jspecify.annotations.NullMarked;
