/// The OpenAPI documents of what the server serves: version 3 per group, version 2 as a whole.
@NullMarked
package io.amphora.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
