@NullMarked
package io.amphora.apiserver.auth;

import org.jspecify.annotations.NullMarked;
