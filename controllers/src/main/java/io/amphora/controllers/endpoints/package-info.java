/// Which addresses stand behind a Service: EndpointSlices, and the older Endpoints.
@NullMarked
package io.amphora.controllers.endpoints;

import org.jspecify.annotations.NullMarked;
