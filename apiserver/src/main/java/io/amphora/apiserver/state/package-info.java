@NullMarked
package io.amphora.apiserver.state;

import org.jspecify.annotations.NullMarked;
