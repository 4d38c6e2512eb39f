/// Persistent volumes and the claims that they are given to.
@NullMarked
package io.amphora.controllers.volume;

import org.jspecify.annotations.NullMarked;
