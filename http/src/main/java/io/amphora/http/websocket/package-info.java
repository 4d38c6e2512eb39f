@NullMarked
package io.amphora.http.websocket;

import org.jspecify.annotations.NullMarked;
