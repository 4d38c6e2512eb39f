@NullMarked
package io.amphora.apiserver.allocation;

import org.jspecify.annotations.NullMarked;
