/// Ranges of addresses.
@NullMarked
package io.amphora.controllers.network;

import org.jspecify.annotations.NullMarked;
