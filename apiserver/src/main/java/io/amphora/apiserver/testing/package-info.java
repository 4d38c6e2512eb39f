@NullMarked
package io.amphora.apiserver.testing;

import org.jspecify.annotations.NullMarked;
