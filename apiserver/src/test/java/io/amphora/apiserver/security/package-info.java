@NullMarked
package io.amphora.apiserver.security;

import org.jspecify.annotations.NullMarked;
