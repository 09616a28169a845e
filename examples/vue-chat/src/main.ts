import { createRealtime } from 'toporia-realtime/vue';
import { createApp } from 'vue';
import App from './App.vue';
import './styles.css';

const gateway =
  new URLSearchParams(location.search).get('gateway') ??
  import.meta.env.VITE_GATEWAY_URL ??
  'http://localhost:3000';

createApp(App).use(createRealtime(gateway)).mount('#app');
