import * as exports from './index';

const { ToporiaRealtime, default: _default, ...rest } = exports;

/** What a `<script>` tag gives: the class itself, with the other exports on it. */
export default Object.assign(ToporiaRealtime, rest, { ToporiaRealtime });
