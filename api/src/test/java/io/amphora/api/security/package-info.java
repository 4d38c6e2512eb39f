@NullMarked
package io.amphora.api.security;

import org.jspecify.annotations.NullMarked;
