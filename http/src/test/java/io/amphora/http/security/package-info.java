@NullMarked
package io.amphora.http.security;

import org.jspecify.annotations.NullMarked;
