@NullMarked
package io.amphora.api.transport;

import org.jspecify.annotations.NullMarked;
