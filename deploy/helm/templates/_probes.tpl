{{/* (list svc): gRPC health by name; the gateway answers the same three over HTTP. */}}
{{- define "tandem.probes" -}}
{{- $svc := index . 0 }}
{{- $paths := dict "startup" "/healthz/startup" "liveness" "/healthz/live" "readiness" "/healthz/ready" }}
{{- $times := dict
  "startup" (dict "periodSeconds" 2 "failureThreshold" 60 "timeoutSeconds" 2)
  "liveness" (dict "periodSeconds" 10 "failureThreshold" 3 "timeoutSeconds" 2)
  "readiness" (dict "periodSeconds" 5 "failureThreshold" 2 "timeoutSeconds" 2)
}}
{{- range $name, $time := $times }}
{{ $name }}Probe:
  {{- if eq $svc.protocol "grpc" }}
  grpc:
    port: {{ $svc.port }}
    service: {{ $name }}
  {{- else }}
  httpGet:
    path: {{ get $paths $name }}
    port: {{ $svc.port }}
  {{- end }}
  {{- $time | toYaml | nindent 2 }}
{{- end }}
{{- end }}
