@NullMarked
package io.amphora.machinery.schema;

import org.jspecify.annotations.NullMarked;
