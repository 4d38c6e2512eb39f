/// Who serves which version of which group: the objects (APIServices) that say so.
@NullMarked
package io.amphora.apiserver.aggregation;

import org.jspecify.annotations.NullMarked;
