import ts from 'typescript';
import * as vue from 'vue';
import { compileScript, parse } from 'vue/compiler-sfc';
import * as sdk from '../../src';
import * as ours from '../../src/vue';

const MODULES: Record<string, unknown> = { vue, 'toporia-realtime': sdk, 'toporia-realtime/vue': ours };

/** The component that a single file holds; it may import Vue and the SDK. */
export function componentOf(source: string): vue.Component {
  const { descriptor, errors } = parse(source);
  if (errors[0]) throw errors[0];
  const script = compileScript(descriptor, { id: 'of-a-test', inlineTemplate: true });
  const code = ts.transpile(script.content, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
  });
  const exports: { default?: object } = {};
  new Function('exports', 'require', code)(exports, (name: string) => MODULES[name]);
  if (descriptor.scriptSetup) return exports.default ?? {};
  return { ...exports.default, template: descriptor.template?.content ?? '' };
}
