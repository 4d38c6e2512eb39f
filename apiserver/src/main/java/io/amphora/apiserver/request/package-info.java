@NullMarked
package io.amphora.apiserver.request;

import org.jspecify.annotations.NullMarked;
