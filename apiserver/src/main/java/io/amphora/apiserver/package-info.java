@NullMarked
package io.amphora.apiserver;

import org.jspecify.annotations.NullMarked;
