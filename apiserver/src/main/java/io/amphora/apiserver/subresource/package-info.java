@NullMarked
package io.amphora.apiserver.subresource;

import org.jspecify.annotations.NullMarked;
