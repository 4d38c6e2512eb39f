/// How a [io.amphora.apiserver.request.Reply] becomes bytes: what the client accepts, and the forms it may ask
/// for (Table, metadata alone).
@NullMarked
package io.amphora.apiserver.wire;

import org.jspecify.annotations.NullMarked;
