/// What the server measures of itself, and the paths where it tells that.
@NullMarked
package io.amphora.apiserver.metrics;

import org.jspecify.annotations.NullMarked;
