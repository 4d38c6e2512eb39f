@NullMarked
package io.amphora.composition.security;

import org.jspecify.annotations.NullMarked;
