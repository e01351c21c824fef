#define _GNU_SOURCE
#include "shapes.h"
#include <string.h>
#include <stdlib.h>
#include <stdio.h>
#include <math.h>
#include <stdarg.h>
int8_t sh_i8(int8_t x){return (int8_t)~x;} uint8_t sh_u8(uint8_t x){return (uint8_t)~x;}
int16_t sh_i16(int16_t x){return (int16_t)~x;} uint16_t sh_u16(uint16_t x){return (uint16_t)~x;}
int32_t sh_i32(int32_t x){return ~x;} uint32_t sh_u32(uint32_t x){return ~x;}
int64_t sh_i64(int64_t x){return ~x;} uint64_t sh_u64(uint64_t x){return ~x;}
float sh_f32(float x){return x;} double sh_f64(double x){return x;}
bool sh_not(bool x){return !x;} char sh_char(char c){return c;} signed char sh_schar(signed char c){return c;} long sh_long(long x){return x;}
int sh_names(int in,int from,int lambda,int result,int errno_){return (in^from^lambda^result^errno_);}
int sh_unnamed(int a,const char*b,size_t c){return a==0&&(b||c==0);}
void sh_nothing(void){} int sh_zero(void){return 0;}
double sh_unit(double x){return x*x;} float sh_unitf(float x){return x*x;}
int sh_bucket(double x){ if(!(x>=0)) return -1; if(x>=100) return 10; return (int)(x/10);}
int sh_image(const uint8_t*p,size_t w,size_t h,uint32_t*sum){uint32_t s=0;for(size_t i=0;i<w*h*4;i++)s+=p[i];*sum=s;return 0;}
int sh_image_out(uint8_t*p,size_t w,size_t h,uint8_t v){memset(p,v,w*h*3);return 0;}
int64_t sh_sum(const int32_t*x,size_t n){int64_t s=0;for(size_t i=0;i<n;i++)s+=x[i];return s;}
double sh_mean(const double*x,size_t n){double s=0;for(size_t i=0;i<n;i++)s+=x[i];return s/(double)n;}
static int cmp(const void*a,const void*b){int32_t x=*(const int32_t*)a,y=*(const int32_t*)b;return x<y?-1:x>y;}
void sh_sort(int32_t*x,size_t n){if(n)qsort(x,n,4,cmp);}
int sh_bsearch(const int32_t*x,size_t n,int32_t k){size_t lo=0,hi=n;while(lo<hi){size_t m=lo+(hi-lo)/2;if(x[m]==k)return (int)m;if(x[m]<k)lo=m+1;else hi=m;}return -1;}
int64_t sh_centroid(const point*p,size_t n,point*o){int64_t x=0,y=0;for(size_t i=0;i<n;i++){x+=p[i].x;y+=p[i].y;}if(n){o->x=(int32_t)(x/(int64_t)n);o->y=(int32_t)(y/(int64_t)n);}else{o->x=o->y=0;}return x+y;}
void sh_move(point*p,size_t n,int32_t d){for(size_t i=0;i<n;i++)p[i].x=(int32_t)((uint32_t)p[i].x+(uint32_t)d);}
size_t sh_pair(const uint8_t*a,const uint8_t*b,size_t n){size_t s=0;for(size_t i=0;i<n;i++)s+=a[i]==b[i];return s;}
void sh_add(int32_t*d,const int32_t*a,const int32_t*b,size_t n){for(size_t i=0;i<n;i++)d[i]=(int32_t)((uint32_t)a[i]+(uint32_t)b[i]);}
int sh_matrix(const int32_t m[3][4],int64_t*t){*t=(int64_t)m[0][0]+m[1][1]+m[2][2];return 0;}
void sh_transpose(double m[3][3]){for(int i=0;i<3;i++)for(int j=0;j<i;j++){double t=m[i][j];m[i][j]=m[j][i];m[j][i]=t;}}
size_t sh_strlen(const char*s){return strlen(s);}
int sh_upper(char*s){int n=0;for(;*s;s++)if(*s>='a'&&*s<='z'){*s=(char)(*s-32);n++;}return n;}
int sh_copy(char*d,size_t c,const char*s){size_t n=strlen(s);if(n>=c)return -1;memcpy(d,s,n+1);return 0;}
const char*sh_name(int k){static const char*const t[]={"zero","one"};return k>=0&&k<2?t[k]:NULL;}
int sh_find(const char*h,const char*n){const char*p=strstr(h,n);return p?(int)(p-h):-1;}
int sh_encode(uint8_t*o,size_t*ol,const uint8_t*in,size_t n){if(*ol<n*2){*ol=n*2;return -1;}for(size_t i=0;i<n;i++){o[2*i]="0123456789abcdef"[in[i]>>4];o[2*i+1]="0123456789abcdef"[in[i]&15];}*ol=n*2;return 0;}
ssize_t sh_read(void*b,size_t c){if(c>100)return -1;memset(b,7,c/2);return (ssize_t)(c/2);}
bool sh_try(const uint8_t*p,size_t n,uint32_t*v){if(n<4)return false;memcpy(v,p,4);return true;}
uint64_t sh_iov_sum(const iov*v,size_t n){uint64_t s=0;for(size_t i=0;i<n;i++){const uint8_t*b=v[i].base;for(size_t j=0;j<v[i].len;j++)s+=b[j];}return s;}
size_t sh_iov_one(iov v){size_t s=0;const uint8_t*b=v.base;for(size_t j=0;j<v.len;j++)s+=b[j];return s;}
uint64_t sh_req(const req*r){return sh_iov_one(r->key)+sh_iov_one(r->body)+r->flags+r->urgent+(uint64_t)(int64_t)r->prio;}
uint64_t sh_req_by_value(req r){return sh_req(&r);}
pair16 sh_swap(pair16 p){pair16 q={(int16_t)p.b,(uint8_t)p.a};return q;}
big sh_big(big b){b.a[0]=b.a[4];return b;} fl2 sh_fl2(fl2 v){fl2 r={v.b,v.a};return r;} mixed sh_mixed(mixed v){v.i=~v.i;return v;}
color sh_color(color c){return c;} mode sh_mode(mode m){return m;} int sh_flags(unsigned f){return (int)(f&7);}
int sh_bits(const bits*b){return (int)b->a+b->b+b->c+(int)(b->d&1)+b->e;}
void sh_bits_fill(bits*b,unsigned a,int v){memset(b,0,sizeof*b);b->a=a&7;b->b=v;b->c=v>0;b->d=a;b->e=(uint8_t)v;}
int sh_value(const value*v){return v->tag==0?v->as.i:v->tag==1?v->as.f>0:v->as.raw[0];}
int64_t sh_variant(const variant*v){return v->tag==0?v->i:v->tag==1?(v->d>0):v->r+v->g;}
int sh_abits(const abits*v){return (int)(v->x+v->y);}
int sh_visit(const int32_t*x,size_t n,sh_cb cb,void*c){int r=0;for(size_t i=0;i<n;i++)r|=cb?cb(c,x[i]):0;return r;}
uint32_t sh_typedef(sh_bytes p,size_t n){uint32_t s=0;for(size_t i=0;i<n;i++)s+=p[i];return s;}
int32_t sh_pointp(point_p p){return p->x;}
int sh_strings(const char*const*s,size_t n){size_t t=0;for(size_t i=0;i<n;i++)t+=strlen(s[i]);return (int)t;}
int64_t sh_list(const node*n){int64_t s=0;for(;n;n=n->next)s+=n->value;return s;}
int sh_rec(const rec*r){return (int)strnlen(r->name,8)+(r->label?(int)strlen(r->label):0);}
int sh_rec_out(rec*r,uint32_t id){memset(r,0,sizeof*r);r->id=id;strcpy(r->name,"rec");r->label="x";return 0;}
int sh_by_union(un u){return u.i;} int sh_by_bits(bits b){return (int)b.a;} uint32_t sh_by_packed(pk p){return p.b;} int sh_by_aligned(al a){return a.a;}
long double sh_ld(long double x){return x;} double sh_complex(double _Complex z){return __real__ z;} int sh_variadic(const char*f,...){(void)f;return 0;}
struct sh_store{size_t n;int32_t*v;uint8_t*set;}; struct sh_cursor{sh_store*s;size_t at;};
int sh_open(sh_store**o,size_t n){if(n==0||n>64)return -1;sh_store*s=calloc(1,sizeof*s);s->n=n;s->v=calloc(n,4);s->set=calloc(n,1);*o=s;return 0;}
void sh_close(sh_store*s){if(s){free(s->v);free(s->set);free(s);}}
int sh_put(sh_store*s,size_t i,int32_t v){if(i>=s->n)return -2;s->v[i]=v;s->set[i]=1;return 0;}
int sh_get(const sh_store*s,size_t i,int32_t*v){if(i>=s->n)return -2;*v=s->v[i];return 0;}
sh_cursor*sh_cursor_new(sh_store*s){sh_cursor*c=calloc(1,sizeof*c);c->s=s;return c;}
int sh_cursor_next(sh_cursor*c,int32_t*v){if(c->at>=c->s->n)return 1;*v=c->s->v[c->at++];return 0;}
void sh_cursor_free(sh_cursor*c){free(c);}
int sh_state_init(sh_state*s,uint32_t seed){s->count=0;s->crc=seed;s->in=NULL;s->in_len=0;return 0;}
int sh_state_update(sh_state*s){for(size_t i=0;i<s->in_len;i++)s->crc=s->crc*31+s->in[i];s->count+=(uint32_t)s->in_len;s->in+=s->in_len;s->in_len=0;return 0;}
uint32_t sh_state_final(sh_state*s){return s->crc^s->count;}
size_t sh_text(const char*s,size_t n){return s[n]==0&&memchr(s,0,n)==NULL?n:(size_t)-1;}
const char*sh_suit(suit s){static const char*const names[]={"clubs","hearts","spades"};return names[s];}
uint32_t sh_words(const uint32_t*p,size_t bytes){uint32_t s=0;for(size_t i=0;i<bytes/4;i++)s+=p[i];return s;}
void sh_wide_out(uint8_t*o,size_t c){memset(o,1,c);}
uint32_t sh_wide_in(const uint8_t*p,size_t n){uint32_t s=0;for(size_t i=0;i<n;i++)s+=p[i];return s;}
int sh_out_handle(const sh_store*s,size_t i,int32_t*v,size_t*n){*n=s->n;if(i>=s->n)return -2;*v=s->v[i];return 0;}
