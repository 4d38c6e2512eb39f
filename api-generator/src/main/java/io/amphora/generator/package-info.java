/// Generates the API's views and schemas from the published artifacts; build time only.
@NullMarked
package io.amphora.generator;

import org.jspecify.annotations.NullMarked;
